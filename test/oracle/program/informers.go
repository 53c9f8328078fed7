package main

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// staticInformer holds the objects of the current case and tells its handlers of a change before it returns, so that
// one framework can serve case after case without waiting.
type staticInformer struct {
	cache.SharedIndexInformer
	handlers []cache.ResourceEventHandler
}

func newStaticInformer[T runtime.Object](factory informers.SharedInformerFactory, object T, backing cache.SharedIndexInformer) *staticInformer {
	informer := &staticInformer{SharedIndexInformer: backing}
	factory.InformerFor(object, func(kubernetes.Interface, time.Duration) cache.SharedIndexInformer { return informer })
	return informer
}

func (informer *staticInformer) AddEventHandler(handler cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	informer.handlers = append(informer.handlers, handler)
	return informer.SharedIndexInformer.AddEventHandler(handler)
}

func (informer *staticInformer) HasSynced() bool { return true }

// replace makes these the only objects of the kind.
func replace[T any](informer *staticInformer, objects []T) error {
	indexer := informer.GetIndexer()
	for _, object := range indexer.List() {
		if err := indexer.Delete(object); err != nil {
			return err
		}
		for _, handler := range informer.handlers {
			handler.OnDelete(object)
		}
	}
	for _, object := range objects {
		if err := indexer.Add(object); err != nil {
			return err
		}
		for _, handler := range informer.handlers {
			handler.OnAdd(object, false)
		}
	}
	return nil
}
